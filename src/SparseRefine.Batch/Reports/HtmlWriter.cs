using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace SparseRefine.Batch;

/// <summary>Builds HTML from interpolated text: what is interpolated is encoded, numbers are written as everywhere, and only <see cref="Html"/> passes as it is.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends markup with encoded values.</summary>
    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] Handler markup)
    {
        _ = markup;
        _text.Append('\n');
        return this;
    }

    /// <summary>The markup so far.</summary>
    public Html ToHtml() => new(_text.ToString());

    /// <summary>Markup that is not to be encoded again.</summary>
    /// <param name="Text">The markup.</param>
    internal readonly record struct Html(string Text);

    /// <summary>Receives the parts of an interpolated text.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly HtmlWriter _owner;

        public Handler(int literalLength, int formattedCount, HtmlWriter owner)
        {
            _ = literalLength + formattedCount;
            _owner = owner;
        }

        public void AppendLiteral(string markup) => _owner._text.Append(markup);

        public void AppendFormatted(Html html) => _owner._text.Append(html.Text);

        public void AppendFormatted(string? text) => _owner._text.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => _owner._text.Append(WebUtility.HtmlEncode(value.ToString(format, CultureInfo.InvariantCulture)));
    }
}
