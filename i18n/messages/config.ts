/**
 * What the server prints when its settings are wrong. It reads them before anything else, so these texts have no
 * plural rules and no formats: `{name}` is replaced and that is all. `i18n/en/config.json` holds the same keys.
 */
export const configMessages = {
  heading: '设置有误，服务没有启动。共 {count} 处：',
  given: '当前值：{value}',
  'unknown-variable': '没有这个设置。',
  'unknown-variable-allowed': '可用的 HUIYIN_ 设置：{names}',
  'unknown-flag': '没有这个启动参数。',
  'unknown-flag-allowed': '可用的启动参数：{names}',
  'flag-value': '启动参数缺少值。',
  'flag-value-allowed': '写法：{usage}',
  'not-whole': '应为整数且在允许范围内。',
  'not-whole-allowed': '{min} 到 {max} 之间的整数',
  'not-listed': '不是允许的值。',
  'not-listed-allowed': '以下之一：{names}',
  'not-host': '不是主机名或 IP 地址。',
  'not-host-allowed': '监听地址，例如 127.0.0.1、0.0.0.0、::1（不带端口和协议）',
  'not-gateway': '不是可用的短信网关网址。',
  'not-gateway-allowed': 'https 网址；仅本机可用 http',
  'gateway-needs-secret': '设了网关网址，却没有与网关共享的密钥。',
  'gateway-needs-secret-allowed': '同时设置 HUIYIN_GATEWAY_SECRET 或 HUIYIN_GATEWAY_SECRET_FILE',
  'not-origin': '不是完整的公开网址。',
  'not-origin-allowed': '协议加主机，例如 https://huiyin.example.cn（不带路径、参数和末尾斜杠）',
  'not-database': '不是 PostgreSQL 的连接地址。',
  'not-database-allowed': 'postgres://用户:密码@主机:端口/库名；不设置则使用内置数据库',
  'not-key': '不是密钥。',
  'not-key-allowed': '64 位十六进制数字（32 字节），可用 openssl rand -hex 32 生成',
  'key-missing': '使用外部数据库时必须给出密钥，否则个人信息无法加密，也无法在另一台机器上解密。',
  'key-missing-allowed':
    'HUIYIN_KEK 或 HUIYIN_KEK_FILE：64 位十六进制数字，可用 openssl rand -hex 32 生成，并请另行备份',
  'given-twice': '同一项设置给了两次：直接给出，又用文件给出。',
  'given-twice-allowed': '{name} 与 {name}_FILE 只留一个',
  'file-unreadable': '读不到这个文件（{reason}）。',
  'file-unreadable-allowed': '一个可读文件的路径，其内容就是该设置的值',
  'backup-external': '使用外部数据库时，本程序不做夜间备份。',
  'backup-external-allowed': '去掉 HUIYIN_BACKUP 或设为 0，并用 pg_basebackup、pg_dump 等同主版本的标准工具备份',
  'cookies-need-https': '公开网址是 http，浏览器不会送回安全 Cookie，谁也登录不了。',
  'cookies-need-https-allowed':
    '把 HUIYIN_ORIGIN 改为 https，或（仅限试用）设 HUIYIN_SECURE_COOKIES=0；localhost 不受限制',
} as const
