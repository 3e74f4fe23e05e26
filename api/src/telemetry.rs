//! Logs, and traces where an operator wants them.
//!
//! Logs go to standard error. Built with the feature `otlp`, and with `OTEL_EXPORTER_OTLP_ENDPOINT` set, each request's span and those
//! beneath it also go to an OpenTelemetry collector (OTLP over HTTP, protocol buffers), as part of the caller's trace when the request has
//! a `traceparent` (W3C Trace Context). The collector is expected on the same machine or private network: the link isn't encrypted.

use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::Unfit;

/// In which form logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A JSON object on each line, for machines.
    Json,
    /// Lines for people.
    Text,
}

/// What has to be kept until the end, so that the last spans are sent.
#[derive(Debug, Default)]
pub struct Telemetry {
    #[cfg(feature = "otlp")]
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

#[cfg(feature = "otlp")]
impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.provider.take().map(|provider| provider.shutdown()) {
            eprintln!("concordat: the last spans could not be sent: {error}");
        }
    }
}

/// Begins to log, and to send traces where they are asked for.
///
/// # Errors
/// When the collector's address is no address.
pub fn begin(format: LogFormat) -> Result<Telemetry, Unfit> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,api=info".into());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Json => lines.json().boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let subscriber = tracing_subscriber::registry().with(filter).with(lines);
    #[cfg(feature = "otlp")]
    {
        let provider = otlp::provider()?;
        let spans = provider.as_ref().map(otlp::layer);
        // A second initialisation, as in a test, keeps the first.
        let _ = subscriber.with(spans).try_init();
        Ok(Telemetry { provider })
    }
    #[cfg(not(feature = "otlp"))]
    {
        let _ = subscriber.try_init();
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
            tracing::warn!("OTEL_EXPORTER_OTLP_ENDPOINT is set, but this was built without the feature otlp: no traces are sent");
        }
        Ok(Telemetry::default())
    }
}

/// Makes a request's span part of the trace that its caller is in.
#[cfg_attr(not(feature = "otlp"), expect(unused_variables, reason = "traces are sent with the feature otlp only"))]
pub fn follow(span: &tracing::Span, headers: &actix_web::http::header::HeaderMap) {
    #[cfg(feature = "otlp")]
    otlp::follow(span, headers);
}

#[cfg(feature = "otlp")]
mod otlp {
    use actix_web::http::header::HeaderMap;
    use opentelemetry::{
        propagation::{Extractor, TextMapPropagator as _},
        trace::TracerProvider as _,
    };
    use opentelemetry_otlp::SpanExporter;
    use opentelemetry_sdk::{
        Resource,
        propagation::TraceContextPropagator,
        trace::{SdkTracerProvider, Tracer},
    };
    use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};

    use crate::config::Unfit;

    /// What sends spans, when a collector is named.
    pub(super) fn provider() -> Result<Option<SdkTracerProvider>, Unfit> {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none() {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().build().map_err(Unfit::because)?;
        let resource = Resource::builder().with_service_name("concordat").build();
        Ok(Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
    }

    pub(super) fn layer<S>(provider: &SdkTracerProvider) -> OpenTelemetryLayer<S, Tracer>
    where
        S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(provider.tracer("concordat"))
    }

    struct Headers<'a>(&'a HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key)?.to_str().ok()
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(|name| name.as_str()).collect()
        }
    }

    pub(super) fn follow(span: &tracing::Span, headers: &HeaderMap) {
        // Without a collector there is nothing that could be followed.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
    }
}
