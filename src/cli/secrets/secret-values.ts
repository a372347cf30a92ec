/** Names of variables that hold secrets besides the providers' keys. */
const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD)$/;

/** The values of variables whose names say that they are secret, long enough not to be ordinary words. */
export function secretValues(variables: Readonly<Record<string, string | undefined>>): string[] {
  const values: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value.trim().length >= 12 && SECRET_NAME.test(name.toUpperCase())) values.push(value.trim());
  }
  return values;
}
