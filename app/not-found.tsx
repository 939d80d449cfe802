import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { paths } from "@/components/client/paths";
import { Mark } from "@/components/shell/mark";
import { buttonStyles } from "@/components/ui/button-styles";
import { EmptyState } from "@/components/ui/empty-state";

export default async function NotFound() {
  const t = await getTranslations("shell.notFound");
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        headingLevel={1}
        picture={<Mark className="size-12" />}
        title={t("title")}
        action={
          <Link href={paths.clusters()} className={buttonStyles({ variant: "primary" })}>
            {t("back")}
          </Link>
        }
      >
        {t("advice")}
      </EmptyState>
    </main>
  );
}
