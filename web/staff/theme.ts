import type { ThemeConfig } from 'antd'

/** The same names and values as the custom properties in web/shared/tokens.css; antd needs them as values. */
export const tokens = {
  ink: '#1e1a16',
  inkSoft: '#574e45',
  paper: '#fbf8f2',
  card: '#fffefb',
  rule: '#ddd4c5',
  edge: '#8a7d6d',
  wash: '#f3eee3',
  vermilion: '#b5331b',
  vermilionDeep: '#8f2612',
  good: '#2f6044',
  amber: '#855400',
  placeholder: '#6d6357',
} as const

const FONT = 'var(--hy-sans)'

/** Ink does the work, vermilion is kept for what must be seen: overdue matters, faults, the place one is at. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: tokens.ink,
    colorPrimaryHover: '#4a443d',
    colorPrimaryActive: '#000000',
    colorPrimaryBg: tokens.wash,
    colorLink: tokens.vermilion,
    colorLinkHover: tokens.vermilionDeep,
    colorError: tokens.vermilion,
    colorSuccess: tokens.good,
    colorWarning: tokens.amber,
    colorInfo: tokens.ink,
    colorText: tokens.ink,
    colorTextSecondary: tokens.inkSoft,
    colorTextDescription: tokens.inkSoft,
    colorTextPlaceholder: tokens.placeholder,
    colorTextDisabled: tokens.placeholder,
    colorBorder: tokens.edge,
    colorBorderSecondary: tokens.rule,
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
    controlOutline: 'rgb(181 51 27 / 28%)',
    controlOutlineWidth: 3,
    lineHeight: 1.6,
    fontFamily: FONT,
    // Without motion nothing waits for the end of a transition: on a busy machine the sign of a button at work stayed, unseen
    // but read out, after the work was done.
    motion: false,
  },
  components: {
    Form: { labelColor: tokens.ink, verticalLabelPadding: '0 0 4px', itemMarginBottom: 18 },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
  },
}
