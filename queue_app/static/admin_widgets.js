// What is no plain field on the pages of the administration, by the name that a page calls it.
import { makeAccent } from "./admin_accent.js";
import { makeIntervals, makeWeek } from "./admin_hours.js";
import { makeLogo } from "./admin_logo.js";
import { makeMenu } from "./admin_menu.js";
import { makeOptional } from "./admin_optional.js";
import { makePick } from "./admin_pick.js";
import { makeSeason } from "./admin_season.js";

export const widgets = {
  accent: makeAccent,
  intervals: makeIntervals,
  logo: makeLogo,
  menu: makeMenu,
  optional: makeOptional,
  pick: makePick,
  season: makeSeason,
  week: makeWeek,
};
