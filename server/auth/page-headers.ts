export const nonceHeader = "x-nonce";
/** The path and query a page was asked for, so that signing in can lead back to it. */
export const askedPathHeader = "x-trivet-path";

/** `unsafe-inline` for styles only: measured positions (popovers, charts, virtual lists) are style attributes, which have no nonce. */
export function contentSecurityPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    // React's development build explains errors with eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
