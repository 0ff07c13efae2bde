import { RouterProvider } from '@tanstack/react-router'
import { Keyboard } from '../shared/keys.tsx'
import { mount } from '../shared/mount.tsx'
import { router } from './routes.tsx'

mount(<Keyboard><RouterProvider router={router} /></Keyboard>)
