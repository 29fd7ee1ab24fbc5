// Where things are. The scripts lie in `static/<version>/app/` below the address of the service.

/** The address of the service, which ends with a slash. */
export const BASE = new URL("../../../", import.meta.url)

/** Return the address of a call of the API. @param {string} path such as `auth/refresh` */
export const apiAddress = path => new URL(`api/v1/${path}`, BASE)

/** Return the address of a file of the page. @param {string} name such as `icons/star.svg` */
export const fileAddress = name => new URL(`../${name}`, import.meta.url)
