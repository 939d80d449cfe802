import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { buttonStyles } from "@/components/ui/button-styles";

/** From a place of a cluster back to how it stands as a whole; called by the same word everywhere. */
export function DashboardLink({ clusterId }: { clusterId: string }) {
  const t = useTranslations("shell");
  return (
    <Link href={paths.cluster(clusterId)} className={buttonStyles({ variant: "secondary" })}>
      {t("nav.dashboard")}
    </Link>
  );
}
