import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { AboutCard } from "@/components/settings/about-card";
import { AccountCard } from "@/components/settings/account-card";
import { PasswordCard } from "@/components/settings/password-card";
import { PeopleCard } from "@/components/settings/people-card";
import { ScrapeTokensCard } from "@/components/settings/scrape-tokens-card";
import { PageHeader } from "@/components/shell/page-header";
import { mayAdminister } from "@/contract/account";
import { productVersion } from "@/contract/version";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("title") };
}

export default async function SettingsPage() {
  const t = await getTranslations("settings");
  const actor = await requireActorOnPage();
  return (
    <Texts areas={["auth", "settings"]}>
      <PageHeader title={t("title")} />
      <div className="grid items-start gap-4 *:min-w-0 md:grid-cols-2">
        {mayAdminister(actor.role) && (
          <div className="md:col-span-2">
            <PeopleCard actor={actor} />
          </div>
        )}
        <div className="flex flex-col gap-4">
          <AccountCard actor={actor} />
          <AboutCard version={productVersion} administrator={mayAdminister(actor.role)} />
        </div>
        <PasswordCard username={actor.username} />
        {mayAdminister(actor.role) && (
          <div className="md:col-span-2">
            <ScrapeTokensCard />
          </div>
        )}
      </div>
    </Texts>
  );
}
