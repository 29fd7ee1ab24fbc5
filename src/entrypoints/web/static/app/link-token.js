// The secret token of the link that led here, from a mail or a user who shares a face.

/** Return the token of the link; empty where there is none. */
export const linkToken = () => location.hash.slice(1)

/** Take the used token out of the address and of the history. */
export const forgetLinkToken = () => history.replaceState(null, "", location.pathname)
