/** What of the frame is not needed to draw it the first time: menus, dialogs, the palette, what is said in a corner. */
export { Notifications } from '@mantine/notifications'
export { KeysDialog } from './KeysDialog'
export { Palette } from './Palette'
export { GatewayMenu, MuteMenu } from './TopBarMenus'
