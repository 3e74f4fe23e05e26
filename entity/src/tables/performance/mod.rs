//! How partnerships are doing: areas, indicators, agreements, targets, observations and judgements.

pub mod agreement;
pub mod agreement_indicator;
pub mod area;
pub mod area_link;
pub mod area_set;
pub mod area_set_member;
pub mod area_succession;
pub mod indicator;
pub mod national_indicator;
pub mod observation;
pub mod outcome;
pub mod outlook;
pub mod period_close;
pub mod target;
pub mod theme;
pub mod tolerance_policy;
pub mod transformational_issue;
