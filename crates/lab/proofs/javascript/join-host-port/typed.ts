// TypeScript that knows its types.
import { hostname } from 'node:os';

export const own: string = hostname();

export function typed(host: string, port: string): string {
  return `http://${host}:${port}/health`;
}
