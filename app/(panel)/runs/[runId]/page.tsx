import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { RunPage } from "@/components/run/run-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("run"))("title") };
}

export default async function Page({ params }: { params: Promise<{ runId: string }> }) {
  const [{ runId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["lifecycle"]}>
      <RunPage runId={runId} me={{ username: actor.username, mayOperate: mayOperate(actor.role) }} />
    </Texts>
  );
}
