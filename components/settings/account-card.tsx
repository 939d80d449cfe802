import { useTranslations } from "next-intl";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import type { Actor } from "@/contract/account";

export function AccountCard({ actor }: { actor: Actor }) {
  const t = useTranslations();
  return (
    <Panel title={t("settings.account.title")}>
      <DefinitionList
        items={[
          { key: "name", term: t("settings.account.name"), value: actor.name },
          { key: "username", term: t("settings.account.username"), value: actor.username },
          {
            key: "role",
            term: t("settings.account.role"),
            value: (
              <>
                {t(`shell.user.role.${actor.role}`)}
                <span className="block text-xs text-muted">{t(`settings.account.roleNote.${actor.role}`)}</span>
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}
