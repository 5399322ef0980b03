/** Hands the session to what stands deep in the page; tests of a part alone have none. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "./session";

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

export function useSession(): Session | null {
  return useContext(SessionContext);
}
