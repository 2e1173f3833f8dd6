import type { ThemeConfig } from 'antd'

/** The same names and values as the custom properties in web/shared/tokens.css; antd needs them as values. */
export const tokens = {
  ink: '#221f1c',
  inkSoft: '#5b544c',
  paper: '#f8f5ef',
  card: '#ffffff',
  line: '#ddd5c8',
  lineStrong: '#8a8177',
  vermilion: '#a5301a',
  moss: '#2f6b46',
  amber: '#8a5a00',
  indigo: '#2c4a73',
} as const

const FONT =
  'system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "MiSans", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

/** Ink does the work, vermilion is kept for what must be seen: overdue matters, faults, the place one is at. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: tokens.ink,
    colorPrimaryHover: '#4a443d',
    colorPrimaryActive: '#000000',
    colorPrimaryBg: '#efe9de',
    colorLink: tokens.vermilion,
    colorLinkHover: '#7d2312',
    colorError: tokens.vermilion,
    colorSuccess: tokens.moss,
    colorWarning: tokens.amber,
    colorInfo: tokens.indigo,
    colorText: tokens.ink,
    colorTextSecondary: tokens.inkSoft,
    colorTextDescription: tokens.inkSoft,
    colorTextPlaceholder: '#746b61',
    colorTextDisabled: '#746b61',
    colorBorder: tokens.lineStrong,
    colorBorderSecondary: tokens.line,
    colorBgLayout: tokens.paper,
    colorBgContainer: tokens.card,
    controlHeight: 40,
    controlHeightSM: 32,
    controlHeightLG: 48,
    fontSize: 16,
    fontSizeSM: 14,
    borderRadius: 4,
    borderRadiusLG: 6,
    controlInteractiveSize: 24,
    controlOutline: 'rgb(165 48 26 / 28%)',
    controlOutlineWidth: 3,
    lineHeight: 1.6,
    fontFamily: FONT,
    motionDurationMid: '0.1s',
    motionDurationSlow: '0.15s',
  },
  components: {
    Form: { labelColor: tokens.ink, verticalLabelPadding: '0 0 4px', itemMarginBottom: 18 },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
  },
}
