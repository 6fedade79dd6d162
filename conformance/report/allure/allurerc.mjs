// How the Allure page looks. The language comes from conformance.report.allure, by environment variable.
const chinese = process.env.CONFORMANCE_ALLURE_LANGUAGE !== "en";
const say = (zh, en) => (chinese ? zh : en);

const category = (verdict, zh, en) => ({
  id: verdict.toLowerCase(),
  name: `${verdict} · ${say(zh, en)}`,
  matchers: { labels: { verdict: new RegExp(`^${verdict}$`) } },
});

const environment = JSON.parse(process.env.CONFORMANCE_ALLURE_ENVIRONMENT ?? "{}");

export default {
  name: say("金融IC卡符合性测试", "PBOC financial IC card conformance"),
  historyPath: process.env.CONFORMANCE_ALLURE_HISTORY,
  appendHistory: true,
  variables: environment,
  plugins: {
    awesome: {
      options: {
        singleFile: true,
        reportLanguage: chinese ? "zh" : "en",
        groupBy: ["product", "feature"],
        stepTreeExpansion: "expand_failed_only",
      },
    },
  },
  categories: [
    category("FAIL", "被测实现不符合", "the implementation under test does not conform"),
    category("INCONC", "未能判定，须重测", "no verdict could be reached; repeat"),
    category("ERROR", "测试方出错", "our side failed: harness, bench or reader"),
    category("REVIEW", "待人工评审", "a person must judge the evidence"),
  ],
};
