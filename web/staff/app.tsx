import { QueryClientProvider } from '@tanstack/react-query'
import { ConfigProvider } from 'antd'
import englishAntd from 'antd/locale/en_US'
import chineseAntd from 'antd/locale/zh_CN'
import { Route, Router, Switch } from 'wouter'
import { LocaleProvider, useWords } from './locale.tsx'
import { queryClient } from './query-client.ts'
import { InvitationScreen } from './screens/login/invitation.tsx'
import { LoginScreen } from './screens/login/login.tsx'
import { Console } from './shell/console.tsx'
import { NoticeProvider } from './parts/notices.tsx'
import { theme } from './theme.ts'

export function App() {
  return (
    <LocaleProvider>
      <QueryClientProvider client={queryClient}>
        <Themed />
      </QueryClientProvider>
    </LocaleProvider>
  )
}

function Themed() {
  const { locale } = useWords()
  return (
    <ConfigProvider
      theme={theme}
      locale={locale === 'en' ? englishAntd : chineseAntd}
      button={{ autoInsertSpace: false }}
      form={{ requiredMark: 'optional', scrollToFirstError: { focus: true, block: 'center' } }}
      wave={{ disabled: true }}
    >
      <NoticeProvider>
        <Router base="/staff">
          <Switch>
            <Route path="/login" component={LoginScreen} />
            <Route path="/invitation" component={InvitationScreen} />
            <Route component={Console} />
          </Switch>
        </Router>
      </NoticeProvider>
    </ConfigProvider>
  )
}
