import { createTheme } from '@mantine/core'

const wide = { defaultProps: { size: 'md' } } as const
/** Controls as large as a thumb wants them. Their words are 16 px (portal.css), at which a phone does not zoom into a field. */
export const theme = createTheme({ components: { Button: wide, TextInput: wide, Textarea: wide, NumberInput: wide, NativeSelect: wide, Checkbox: wide, Radio: wide, FileInput: wide, SegmentedControl: wide, ActionIcon: { defaultProps: { size: 40 } } } })
