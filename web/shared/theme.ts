import { createTheme, type CSSVariablesResolver, defaultVariantColorsResolver } from '@mantine/core'

/** The library's colours and sizes are those of tokens.css, so that there is one place for them. The primary button is ink, not blue: colour means state. */
export const theme = createTheme({
  fontFamily: 'var(--face)', fontFamilyMonospace: 'var(--mono)', headings: { fontFamily: 'var(--face)' },
  primaryColor: 'dark', autoContrast: true, cursorType: 'pointer', defaultRadius: 6, focusRing: 'auto', respectReducedMotion: true,
  variantColorResolver: input => {
    const usual = defaultVariantColorsResolver(input)
    return input.variant === 'filled' && (input.color === undefined || input.color === 'dark') ? { ...usual, background: 'var(--ink)', hover: 'var(--ink-h)', color: 'var(--onink)', border: '1px solid var(--ink)' } : usual
  },
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '16px', xl: '20px' }, lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  // Heads of dialogs are no landmarks: the page has its own.
  components: { ModalHeader: { defaultProps: { role: 'presentation' } }, DrawerHeader: { defaultProps: { role: 'presentation' } } },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
})

const both = {
  '--mantine-color-body': 'var(--canvas)', '--mantine-color-text': 'var(--t1)', '--mantine-color-dimmed': 'var(--t3)', '--mantine-color-placeholder': 'var(--t3)', '--mantine-color-anchor': 'var(--link)', '--mantine-color-error': 'var(--fail)',
  '--mantine-color-default': 'var(--surface)', '--mantine-color-default-hover': 'var(--sunken)', '--mantine-color-default-color': 'var(--t1)', '--mantine-color-default-border': 'var(--line2)',
  '--mantine-color-dark-filled': 'var(--ink)', '--mantine-color-dark-filled-hover': 'var(--ink-h)', '--mantine-primary-color-filled': 'var(--ink)', '--mantine-primary-color-filled-hover': 'var(--ink-h)', '--mantine-primary-color-contrast': 'var(--onink)',
  '--mantine-color-red-filled': 'var(--fail)', '--mantine-color-red-filled-hover': 'var(--fail)',
}
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: both, dark: both })
