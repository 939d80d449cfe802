import { type NextRequest, NextResponse } from "next/server";
import { environment } from "@/server/env";
import { askedPathHeader, contentSecurityPolicy, nonceHeader } from "@/server/auth/page-headers";

/** Every page gets a fresh nonce: only scripts the panel itself wrote into that page run. Who may see what is decided in layouts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const policy = contentSecurityPolicy(nonce, environment().mode === "development");
  const headers = new Headers(request.headers);
  headers.set(nonceHeader, nonce);
  headers.set(askedPathHeader, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = { matcher: ["/((?!api/|_next/static/|_next/image|favicon|icon).*)"] };
