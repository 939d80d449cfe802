import { isIP } from "node:net";

/** Headers that tell where a request comes from. */
export interface Whence {
  origin: string | null;
  fetchSite: string | null;
  /** Host (with port) the client asked for. */
  host: string | null;
}

export const whenceOf = (headers: Headers): Whence => ({
  origin: headers.get("origin"),
  fetchSite: headers.get("sec-fetch-site"),
  host: headers.get("x-forwarded-host") ?? headers.get("host"),
});

/**
 * Whether a request that changes something may have been made by this panel's own pages. Browsers name the origin of every such
 * request; a client that names none is no browser, so nobody's cookies were lent to it without knowing.
 */
export function isFromOwnPages(whence: Whence, ownOrigin: string | null): boolean {
  if (whence.origin === null) return whence.fetchSite === null || ["same-origin", "none"].includes(whence.fetchSite);
  if (ownOrigin !== null) return whence.origin === ownOrigin;
  const claimed = URL.canParse(whence.origin) ? new URL(whence.origin) : null;
  return claimed !== null && claimed.host !== "" && claimed.host === whence.host;
}

/**
 * Whether the asked-for name certainly means this machine. A page of somebody else whose name was pointed at this machine
 * (DNS rebinding) has an origin equal to the host; before there are users no cookie stands in its way.
 */
export function isOwnHost(host: string | null, ownOrigin: string | null, machineName: string): boolean {
  if (host === null || !URL.canParse(`http://${host}`)) return false;
  if (ownOrigin !== null && host === new URL(ownOrigin).host) return true;
  const { hostname } = new URL(`http://${host}`);
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) !== 0 || bare === "localhost" || bare === machineName.toLowerCase();
}
