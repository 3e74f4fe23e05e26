//! An edition of a pack as plain HTML that a screen reader can follow: one main heading, landmarks, the language, tables with captions
//! and headers of their columns.

use std::fmt::Write as _;

use super::{Piece, Section, Shown};

/// An edition as a document.
#[must_use]
pub fn document(shown: &Shown<'_>, content_hash: &str) -> String {
    let mut html = String::new();
    let title = escaped(&shown.title);
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
         <header>\n<h1>{title}</h1>\n<p>{}</p>\n<p><strong>{}</strong>, as at {}.</p>\n</header>\n",
        escaped(shown.place),
        shown.kind,
        escaped(shown.frozen_on),
    );
    html.push_str("<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ol>\n");
    for (number, section) in (1..).zip(&shown.sections) {
        let _ = writeln!(html, "<li><a href=\"#part-{number}\">{}</a></li>", escaped(section.heading));
    }
    html.push_str("</ol>\n</nav>\n<main id=\"content\">\n");
    for (number, section) in (1..).zip(&shown.sections) {
        write_section(&mut html, number, section);
    }
    let _ = write!(
        html,
        "</main>\n<footer>\n<p>Frozen on {}. SHA-256 of the content of this edition: <code>{}</code></p>\n</footer>\n</body>\n</html>\n",
        escaped(shown.frozen_on),
        escaped(content_hash),
    );
    html
}

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:auto;padding:1rem}table{border-collapse:collapse;width:100%}\
    th,td{border:1px solid #444;padding:.3rem;text-align:left;vertical-align:top}caption{text-align:left;font-weight:bold}\
    td,th{overflow-wrap:anywhere}.skip:not(:focus){position:absolute;left:-99rem}";

fn write_section(html: &mut String, number: usize, section: &Section<'_>) {
    let heading = escaped(section.heading);
    let _ = writeln!(html, "<section aria-labelledby=\"part-{number}\">\n<h2 id=\"part-{number}\">{heading}</h2>");
    for piece in &section.pieces {
        write_piece(html, piece);
    }
    html.push_str("</section>\n");
}

fn write_piece(html: &mut String, piece: &Piece<'_>) {
    let _ = match piece {
        Piece::Heading(words) => writeln!(html, "<h3>{}</h3>", escaped(words)),
        Piece::Paragraph(words) => writeln!(html, "<p>{}</p>", escaped(words)),
        Piece::Marked(mark, words) => writeln!(html, "<p><strong>{mark}</strong>{}</p>", escaped(words)),
        Piece::Paper { title, address, remark } => {
            let remark = remark.as_deref().map(|remark| format!(" ({})", escaped(remark))).unwrap_or_default();
            writeln!(html, "<p>Paper: <a href=\"{}\">{}</a>{remark}</p>", escaped(address), escaped(title))
        }
        Piece::Table { caption, columns, rows } => write_table(html, caption, columns, rows),
    };
}

fn write_table(html: &mut String, caption: &str, columns: &[String], rows: &[Vec<String>]) -> std::fmt::Result {
    write!(html, "<table>\n<caption>{}</caption>\n<thead><tr>", escaped(caption))?;
    for column in columns {
        write!(html, "<th scope=\"col\">{}</th>", escaped(column))?;
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            if place == 0 { write!(html, "<th scope=\"row\">{cell}</th>")? } else { write!(html, "<td>{cell}</td>")? }
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
    Ok(())
}

/// A text that a document can hold wherever a text or an attribute goes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}
