using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <summary>
/// Which of our and ML.NET's types a notebook shows as images and tables: <see cref="MLImage"/>, <see cref="SegmentationResult"/> (its labels), <see cref="LabelMap"/>,
/// <see cref="LogitMap"/> (its entropies), <see cref="PixelSelection"/>, <see cref="SemanticSegmentationMetrics"/>,
/// <see cref="SegmentationConfusionMatrix"/>, <see cref="RefinementReport"/>, <see cref="DataViewSchema"/>,
/// <see cref="DataDebuggerPreview"/> and <see cref="HtmlFragment"/>. Thread-safe.
/// </summary>
public static class NotebookFormatters
{
    private const string Html = "text/html";
    private const string Formatter = "Microsoft.DotNet.Interactive.Formatting.Formatter";

    private static readonly (Type Type, Func<object, HtmlFragment> Format)[] Known =
    [
        Entry<HtmlFragment>(html => html),
        Entry<MLImage>(image => Show.Photo(image)),
        Entry<SegmentationResult>(result => Show.Labels(result.Labels, result.Classes)),
        Entry<LabelMap>(map => Show.Labels(map)),
        Entry<LogitMap>(logits => Show.Entropies(logits)),
        Entry<PixelSelection>(selection => Show.Selection(selection)),
        Entry<SemanticSegmentationMetrics>(Show.Metrics),
        Entry<SegmentationConfusionMatrix>(Show.Confusion),
        Entry<RefinementReport>(Show.Report),
        Entry<DataViewSchema>(Show.Schema),
        Entry<DataDebuggerPreview>(Show.Preview),
    ];

    /// <summary>
    /// Tells the notebook's kernel of these types. The kernel is found by name among the loaded assemblies, so that this
    /// library needs no notebook package. Calling it again changes nothing.
    /// </summary>
    /// <returns>Whether this process is a .NET notebook; otherwise nothing is done and <see cref="TryFormat"/> can be used.</returns>
    public static bool Register()
    {
        MethodInfo? register = AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(Formatter)?.GetMethod(
                "Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]))
            .FirstOrDefault(method => method is not null);
        foreach ((Type type, Func<object, HtmlFragment> format) in Known)
        {
            Action<object, TextWriter> write = (value, writer) => writer.Write(format(value).Text);
            register?.Invoke(null, [type, write, Html]);
        }

        return register is not null;
    }

    /// <summary>What a notebook shows for a value.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="html">The HTML; null where the type is none of these.</param>
    /// <returns>Whether the type is one of these.</returns>
    public static bool TryFormat(object? value, out string? html)
    {
        html = Known.FirstOrDefault(entry => entry.Type.IsInstanceOfType(value)).Format?.Invoke(value!).Text;
        return html is not null;
    }

    private static (Type, Func<object, HtmlFragment>) Entry<T>(Func<T, HtmlFragment> format) =>
        (typeof(T), value => format((T)value));
}
