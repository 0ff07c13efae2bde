import { keepPreviousData, QueryClient, useInfiniteQuery, useMutation, type UseMutationResult, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { ask, type EndpointName, Refusal, type Sent, type Told } from './ask.ts'

/** What is shown is asked anew when a person comes back to it, and every half minute while they look. A refusal is final until something changes; what did not arrive is asked again. */
export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, refetchInterval: 30_000, refetchOnWindowFocus: true, retry: (times, error) => error instanceof Refusal && (error.status === 0 || error.status >= 502) && times < 3 }, mutations: { retry: false } },
})

/** Asks for something to show. `when` false: not yet. */
export const useAsk = <Name extends EndpointName>(name: Name, input: Sent<Name>, { when = true, everyMs }: { readonly when?: boolean; readonly everyMs?: number } = {}): UseQueryResult<Told<Name>> =>
  useQuery({ queryKey: [name, input], queryFn: ({ signal }) => ask(name, input, { signal }), enabled: when, placeholderData: keepPreviousData, ...(everyMs === undefined ? {} : { refetchInterval: everyMs }) })

/** A list that goes on, page by page. `isLong`: it may be so long that it is not asked for anew by itself once more than two pages of it are here, and none of its pages is compared with what it was. */
export const useAskPages = <Name extends EndpointName>(name: Name, input: Sent<Name>, { isLong = false }: { readonly isLong?: boolean } = {}) =>
  useInfiniteQuery({
    queryKey: [name, input, 'pages'], initialPageParam: undefined as string | undefined, placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => ask(name, { ...input, ...(pageParam === undefined ? {} : { after: pageParam }) } as Sent<Name>, { signal }),
    getNextPageParam: told => (told as { readonly next?: string | null }).next ?? undefined,
    ...(isLong ? { structuralSharing: false, refetchOnWindowFocus: false, refetchInterval: ({ state }: { readonly state: { readonly data: { readonly pages: readonly unknown[] } | undefined } }) => ((state.data?.pages.length ?? 0) > 2 ? false as const : 30_000) } : {}),
  })

/** What would come of a deed is asked before it, and may have no answer after it. */
const isOfBefore = ([name]: readonly unknown[]): boolean => name === 'windows.preview' || name === 'plans.diff'

/** A wish, sent with a key of its own so that it is carried out once however often it is sent. Afterwards everything that is shown is asked anew. Nothing is shown as done before control has said so. */
export const useWish = <Name extends EndpointName>(name: Name): UseMutationResult<Told<Name>, Error, Sent<Name>> => {
  const known = useQueryClient()
  return useMutation({ mutationFn: input => again(name, input, crypto.randomUUID()), onSettled: () => known.invalidateQueries({ predicate: query => !isOfBefore(query.queryKey) }) })
}

/** A wish whose answer did not come is sent again with its key. */
const again = async <Name extends EndpointName>(name: Name, input: Sent<Name>, key: string): Promise<Told<Name>> => {
  for (let times = 0; ; times++) {
    try {
      return await ask(name, input, { key })
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 0 && error.status < 502) || times === 2) throw error
      await new Promise(resolve => { setTimeout(resolve, 500 * 2 ** times) })
    }
  }
}
