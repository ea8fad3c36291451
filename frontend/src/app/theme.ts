import { createTheme, type MantineColorsTuple } from '@mantine/core'

const brand: MantineColorsTuple = [
  '#eef2ff',
  '#dce4ff',
  '#b8c7ff',
  '#91a7ff',
  '#748ffc',
  '#5c7cfa',
  '#4c6ef5',
  '#4263eb',
  '#3b5bdb',
  '#3653c9',
]

/** The greys of the kit in the tint of the tokens: text first, then lines, then grounds. */
const dark: MantineColorsTuple = [
  '#e6eaf0',
  '#c5ccd6',
  '#a3adbb',
  '#838e9d',
  '#2f3846',
  '#262d39',
  '#1a1f28',
  '#14181f',
  '#0d1015',
  '#090b0f',
]

/** Mantine draws chrome, forms and dialogs only; live rows are plain elements. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 9, dark: 8 },
  colors: { brand, dark },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'md',
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    // A number out of bounds is said to be wrong, and never changed into another.
    NumberInput: { defaultProps: { size: 'xs', clampBehavior: 'none' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    // At the top: what is said of a field below moves no button from under the pointer but down.
    Modal: { defaultProps: { centered: false, transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
  },
})
