"use client";

import { useTranslations } from "next-intl";
import { TextField } from "@/components/deployment/draft-fields";
import { useDraft } from "@/components/deployment/draft-provider";
import { SecretField } from "@/components/deployment/secret-field";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";

/** A20: what runs in the management VM, and whether the panel may set the reserved memory through its API. */
export function PlatformForm() {
  const t = useTranslations("deployment.platform");
  const { draft, saver } = useDraft();
  const { platform } = draft;
  return (
    <Panel title={t("title")}>
      <div className="flex flex-col gap-4">
        <RadioCards
          legend={t("kind")}
          value={platform.kind}
          onValueChange={(value) =>
            saver.edit({ part: "platform", value: { ...platform, kind: value === "zstack" ? "zstack" : "none" } })
          }
          cards={[
            { value: "zstack", label: "ZStack", description: t("zstackHelp") },
            { value: "none", label: t("none"), description: t("noneHelp") },
          ]}
        />
        {platform.kind === "zstack" && (
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <TextField
              path="platform.user"
              label={t("user")}
              value={platform.user}
              onValue={(user) => saver.edit({ part: "platform", value: { ...platform, user } })}
            />
            <SecretField
              kind="platformPassword"
              path="platform.passwordSecretRef"
              label={t("password")}
              help={t("passwordHelp")}
              stored={platform.passwordSecretRef !== null}
            />
          </div>
        )}
      </div>
    </Panel>
  );
}
