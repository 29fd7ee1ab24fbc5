// The link of a mail that led here.

/** Return the token of the link; empty where there is none. */
export const linkToken = () => location.hash.slice(1)

/** Take the used token out of the address and of the history. */
export const forgetLinkToken = () => history.replaceState(null, "", location.pathname)
