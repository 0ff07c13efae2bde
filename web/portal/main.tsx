import { MantineThemeProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { Keyboard } from '../shared/keys.tsx'
import { mount } from '../shared/mount.tsx'
import { router } from './routes.tsx'
import { theme } from './theme.ts'
// After what it overrides.
import './portal.css'

mount(<MantineThemeProvider theme={theme} inherit><Keyboard><RouterProvider router={router} /></Keyboard></MantineThemeProvider>)
