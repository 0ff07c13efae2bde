/** The text of an answer from outside, if it is no longer than this; rejects with a `RangeError` otherwise, and reads no further. */
export const readAtMost = async (response: Response, bytes: number): Promise<string> => {
  const decoder = new TextDecoder()
  let [text, length] = ['', 0]
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > bytes) throw new RangeError(`its answer is longer than ${bytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
