//! How partnerships are doing: areas, indicators, agreements, targets, observations, colours and their reasons.

mod agreement;
mod agreement_indicator;
mod area;
mod closing_the_gap;
mod enums;
mod importing;
mod indicator;
mod national_indicator;
mod observation;
mod outlook;
mod period;
mod period_close;
mod recording;
mod roll_up;
mod setting;
mod standing;
mod status_change;
mod target;
mod theme;
mod tolerance_policy;

pub use agreement::{Agreement, AgreementConnection, TransformationalIssue};
pub use agreement_indicator::{AgreementIndicator, AgreementIndicatorConnection};
pub use area::{Area, AreaConnection, AreaQuery, AreaSet, AreaSetConnection};
pub use enums::*;
pub use importing::{ImportObservationsMutation, ObservationsCsvFilter};
pub use indicator::{Indicator, IndicatorConnection, IndicatorFilter};
pub use national_indicator::{NationalIndicator, NationalIndicatorQuery};
pub use observation::{Observation, ObservationConnection, TenantObservationFilter};
pub use outlook::{Outlook, OutlookMutation};
pub use period::{Period, PeriodQuery, argument as period_argument};
pub use period_close::{PeriodClose, PeriodCloseConnection, PeriodCloseMutation};
pub use recording::RecordObservationsMutation;
pub use setting::TargetMutation;
pub use status_change::StatusSubscription;
pub use target::Target;
pub use theme::{Outcome, Theme, ThemeConnection};
pub use tolerance_policy::{TolerancePolicy, TolerancePolicyConnection};

crate::graphql::relay::leaves!(enums:
    AreaKind, Colour, Comparator, Control, Frequency, MeasureKind, Movement, NotComparableReason, NotRatedReason, ObservationStatus,
    PeriodKind, Polarity, PoliceOwner, Qualifier, ReviewGroup, TargetExpression, TargetReading, ToleranceKind, Trajectory,
    TravelJudgement,
);
