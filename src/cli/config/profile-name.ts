/** What a profile may be called: it becomes the name of a folder and of a file. */
export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
