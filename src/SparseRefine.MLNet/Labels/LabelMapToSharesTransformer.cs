using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Counts the share of a <see cref="LabelMap"/>'s pixels that each class takes, in a vector that every trainer of ML.NET takes as features.</summary>
public sealed class LabelMapToSharesTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-to-shares";
    private readonly string _output;
    private readonly string _input;
    private readonly int? _classes;

    internal LabelMapToSharesTransformer(LabelMapToSharesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _output = options.OutputColumnName;
        _input = options.InputColumnName ?? options.OutputColumnName;
        _classes = options.Classes;
    }

    internal override string PartKind => Kind;

    internal static LabelMapToSharesTransformer ReadPart(PartReader part) => new(new()
    {
        OutputColumnName = part.Text("output"),
        InputColumnName = part.Text("input"),
        Classes = part.OptionalInteger("classes"),
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _output;
        part.Options["input"] = _input;
        if (_classes is int classes)
        {
            part.Options["classes"] = classes;
        }
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        input.RequireLabels(_input);
        DataViewSchema.Annotations annotations = input.Annotations(_input);
        return [new MappedColumn(
            _output,
            new VectorDataViewType(NumberDataViewType.Single, Count(annotations)),
            [_input],
            ClassAnnotations.Count(annotations) == Count(annotations) ? ClassAnnotations.ForLogits(null, annotations) : null)];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        int classes = Count(scope.Column(_input).Annotations);
        Func<LabelMap> labels = scope.Reader<LabelMap>(_input);
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
        {
            scope.ThrowIfDisposed();
            double[] shares = Rows.Present(labels(), _input).Shares(classes);
            if (shares.Length > classes)
            {
                throw new InvalidInputException($"column '{_input}'", $"class ids 0 to {classes - 1} or {LabelMap.DefaultIgnoreIndex}", $"{shares.Length - 1}");
            }

            VBufferEditor<float> editor = VBufferEditor.Create(ref value, classes);
            for (int c = 0; c < classes; c++)
            {
                editor.Values[c] = (float)shares[c];
            }

            value = editor.Commit();
        };
        return [getter];
    }

    private int Count(DataViewSchema.Annotations annotations) => _classes ?? ClassAnnotations.Count(annotations) ?? throw new InvalidInputException(
        $"column '{_input}'", "the names of its classes, or Options.Classes", "label maps of an unknown number of classes");
}
