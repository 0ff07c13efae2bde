import { useEffect, useState } from 'react'

export type Edges = { readonly left: boolean; readonly right: boolean }

/** Whether something lies beyond the left or right edge of what scrolls: it must be seen that there is more. */
export const useEdges = (element: HTMLElement | null): Edges => {
  const [edges, set] = useState<Edges>({ left: false, right: false })
  useEffect(() => {
    if (element === null) return undefined
    const look = (): void => {
      const [left, right] = [element.scrollLeft > 1, element.scrollLeft + element.clientWidth < element.scrollWidth - 1]
      set(was => (was.left === left && was.right === right ? was : { left, right }))
    }
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    for (const child of element.children) sizes.observe(child)
    element.addEventListener('scroll', look, { passive: true })
    look()
    return () => { sizes.disconnect(); element.removeEventListener('scroll', look) }
  }, [element])
  return edges
}
