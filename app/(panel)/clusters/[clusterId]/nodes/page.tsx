import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { MembersPage } from "@/components/membership/members-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("membership"))("pageTitle") };
}

export default async function ClusterNodesPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment", "membership"]}>
      <MembersPage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
