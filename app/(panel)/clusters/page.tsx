import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { ClusterList } from "@/components/cluster/cluster-list";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("cluster.list"))("title") };
}

export default async function ClustersPage() {
  const actor = await requireActorOnPage();
  return (
    <Texts areas={["cluster"]}>
      <ClusterList mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
