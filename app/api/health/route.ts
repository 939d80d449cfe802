import { health } from "@/server/health";

export const dynamic = "force-dynamic";

/** For load balancers and scripts: 200 when the panel can serve, 503 with the reason when it cannot. */
export async function GET(): Promise<Response> {
  const answer = await health();
  return Response.json(answer, { status: answer.ok ? 200 : 503, headers: { "cache-control": "no-store" } });
}
