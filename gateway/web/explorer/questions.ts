/** The worked questions: each opens in a tab of its own when the explorer is first visited, and again from the menu. */

import telegram from "./questions/1-telegram.graphql?raw";
import apprehended from "./questions/2-apprehended.graphql?raw";
import france from "./questions/3-france.graphql?raw";
import silence from "./questions/4-silence.graphql?raw";
import story from "./questions/5-story.graphql?raw";

export const questions = [
  { title: "What was asked of Telegram, and done", query: telegram },
  { title: "How many were apprehended", query: apprehended },
  { title: "What Korea asked of France", query: france },
  { title: "What Telegram answered, and silence", query: silence },
  { title: "One crime, three sources", query: story },
];
