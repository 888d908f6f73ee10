using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Merges the dense model's and the sparse network's answers into a <see cref="LabelMap"/>.</summary>
public sealed class EnsemblingTransformer : RowMappingTransformer
{
    internal const string Kind = "ensembling";
    private readonly EnsemblingEstimator.Options _options;
    private readonly Workers _workers;

    internal EnsemblingTransformer(EnsemblingEstimator.Options options, Ensembler ensembler, int? threads = null)
    {
        _options = options;
        Ensembler = ensembler;
        _workers = new Workers(threads ?? options.Threads);
    }

    /// <summary>Merges rows of logits.</summary>
    internal Ensembler Ensembler { get; }

    internal string OutputColumn => _options.OutputColumnName;

    internal EnsemblingEstimator.Options Columns => _options;

    internal override string PartKind => Kind;

    internal static EnsemblingTransformer ReadPart(PartReader part) => new(
        new EnsemblingEstimator.Options
        {
            OutputColumnName = part.Text("output"),
            LogitsColumnName = part.Text("logits"),
            SelectedColumnName = part.Text("selection"),
            SparseLogitsColumnName = part.Text("sparseLogits"),
            Interpolation = part.Enum<Interpolation>("interpolation"),
            ClassList = part.Classes,
            Threads = part.Threads,
        },
        EnsemblerParts.Read(part));

    internal override RowMappingTransformer WithThreads(int threads) => new EnsemblingTransformer(_options, Ensembler, threads);

    internal static MappedColumn OutputOf(EnsemblingEstimator.Options options, InputColumns input)
    {
        ColumnSizes logits = input.RequireLogits(options.LogitsColumnName);
        ColumnSizes selection = input.RequireSelection(options.SelectedColumnName);
        input.RequireSparseLogits(options.SparseLogitsColumnName);
        ClassColors.ThrowUnlessFits(options.ClassList, logits.Classes);
        return new MappedColumn(
            options.OutputColumnName,
            ColumnTypes.LabelMap,
            [options.LogitsColumnName, options.SelectedColumnName, options.SparseLogitsColumnName],
            ClassAnnotations.ForLabels(options.ClassList, input.Annotations(options.LogitsColumnName), selection));
    }

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["logits"] = _options.LogitsColumnName;
        part.Options["selection"] = _options.SelectedColumnName;
        part.Options["sparseLogits"] = _options.SparseLogitsColumnName;
        part.Options["interpolation"] = _options.Interpolation.ToString();
        part.SetClasses(_options.ClassList);
        EnsemblerParts.Write(Ensembler, part);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input) => [OutputOf(_options, input)];

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<LogitMap> logits = scope.Reader<LogitMap>(_options.LogitsColumnName);
        Func<PixelSelection> selection = scope.Reader<PixelSelection>(_options.SelectedColumnName);
        Func<SparseLogits> sparse = scope.Reader<SparseLogits>(_options.SparseLogitsColumnName);
        return [scope.Getter(new Memo<LabelMap>(scope.Input, () => Merge(
            Rows.Present(logits(), _options.LogitsColumnName),
            Rows.Present(selection(), _options.SelectedColumnName),
            Rows.Present(sparse(), _options.SparseLogitsColumnName))))];
    }

    private LabelMap Merge(LogitMap logits, PixelSelection selection, SparseLogits sparse)
    {
        if (sparse.Classes != logits.Classes || sparse.Sites.Count != selection.Sites.Count)
        {
            throw new InvalidInputException(
                $"column '{_options.SparseLogitsColumnName}'",
                $"{selection.Sites.Count} pixels of {logits.Classes} classes",
                $"{sparse.Sites.Count} of {sparse.Classes}");
        }

        int rows = sparse.Sites.Count;
        if (rows == 0)
        {
            return LabelMerger.Merge(selection, [], logits.Classes);
        }

        float[] dense = new float[sparse.Values.Length];
        new LogitSampler(logits, sparse.Sites.Height, sparse.Sites.Width, _options.Interpolation)
            .Gather(sparse.Sites, dense, _workers);
        return LabelMerger.Merge(
            selection, Ensembler.Ensemble(dense, sparse.Values, rows, logits.Classes, _workers), logits.Classes);
    }
}
