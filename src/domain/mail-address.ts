/** An address that one letter can go to: a name, @, a host with a dot. Quoted names, lists, comments and anything that ends a header are no addresses here. */
export const isMailAddress = (text: string): boolean => text.length <= 254 && /^[^\s\p{C}<>()[\]\\,;:"@]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u.test(text) && !/^\.|\.\.|\.@/.test(text)

/** What stands after the @. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()
