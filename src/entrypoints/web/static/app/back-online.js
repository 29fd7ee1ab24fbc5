// The script of the offline page: it loads the page that was asked for as soon as there is a network again.

addEventListener("online", () => location.reload())
