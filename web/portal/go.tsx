import { Button, type ButtonProps } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A way to another page of the portal. */
export const Go = ({ to, className, children, onClick }: { readonly to: string; readonly className?: string | undefined; readonly children: ReactNode; onClick?(): void }): ReactNode => <Link to={to as never} {...(className === undefined ? {} : { className })} {...(onClick === undefined ? {} : { onClick })}>{children}</Link>

/** The same as a button, for the one thing to do next. */
export const GoButton = ({ to, children, ...props }: ButtonProps & { readonly to: string; readonly children: ReactNode }): ReactNode => <Button {...props} renderRoot={given => <Link to={to as never} {...given} />}>{children}</Button>
