/** An id is printed and scripted with: longer ones help nobody. */
export const ID_LENGTH = 200;

/** Controls, line separators, and characters that turn the reading direction, as a class of a pattern: they would break both. */
export const UNPRINTABLE = '\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
