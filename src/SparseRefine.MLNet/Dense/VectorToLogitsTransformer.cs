using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>
/// Copies score vectors into <see cref="LogitMap"/>s. The column's annotations state the sizes that the options give, no others: what a
/// schema promises before there are data, it keeps.
/// </summary>
public sealed class VectorToLogitsTransformer : RowMappingTransformer
{
    internal const string Kind = "vector-to-logits";
    private readonly VectorToLogitsEstimator.Options _options;

    internal VectorToLogitsTransformer(VectorToLogitsEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ClassColors.ThrowUnlessFits(options.ClassList, options.Classes);
        _options = options;
    }

    internal override string PartKind => Kind;

    private string Input => _options.InputColumnName ?? _options.OutputColumnName;

    private ColumnSizes Given => new(_options.Classes ?? _options.ClassList?.Count, _options.Height, _options.Width);

    internal static VectorToLogitsTransformer ReadPart(PartReader part) => new(new VectorToLogitsEstimator.Options
    {
        OutputColumnName = part.Text("output"),
        InputColumnName = part.Text("input"),
        Classes = part.OptionalInteger("classes"),
        Height = part.OptionalInteger("height"),
        Width = part.OptionalInteger("width"),
        Layout = part.Enum<LogitLayout>("layout"),
        ScoreKind = part.Enum<ScoreKind>("scoreKind"),
        ClassList = part.Classes,
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["input"] = Input;
        part.Options["classes"] = _options.Classes;
        part.Options["height"] = _options.Height;
        part.Options["width"] = _options.Width;
        part.Options["layout"] = _options.Layout.ToString();
        part.Options["scoreKind"] = _options.ScoreKind.ToString();
        part.SetClasses(_options.ClassList);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        var type = input.Require<VectorDataViewType>(Input, "a vector of Single");
        if (type.ItemType.RawType != typeof(float))
        {
            throw new ArgumentException($"column '{Input}': expected a vector of Single, got {type}");
        }

        ShapeOf(type);
        return [new MappedColumn(
            _options.OutputColumnName,
            ColumnTypes.LogitMap,
            [Input],
            ClassAnnotations.ForLogits(_options.ClassList, null, Given))];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        DataViewSchema.Column column = scope.Column(Input);
        ColumnSizes shape = ShapeOf((VectorDataViewType)column.Type);
        ValueGetter<VBuffer<float>> read = scope.Input.GetGetter<VBuffer<float>>(column);
        VBuffer<float> scores = default;
        return [scope.Getter(new Memo<LogitMap>(scope.Input, () =>
        {
            read(ref scores);
            return Convert(scores, shape);
        }))];
    }

    private ColumnSizes ShapeOf(VectorDataViewType type)
    {
        int[] sizes = [.. type.Dimensions.SkipWhile((size, i) => size == 1 && i < type.Dimensions.Length - 3)];
        ColumnSizes found = (sizes, _options.Layout) switch
        {
            ([var c, var h, var w], LogitLayout.ClassesFirst) => new(Known(c), Known(h), Known(w)),
            ([var h, var w, var c], LogitLayout.ClassesLast) => new(Known(c), Known(h), Known(w)),
            _ => default,
        };
        ColumnSizes shape = Given.Or(found);
        if (Given.Contradicts(found) || (type.IsKnownSize && !shape.Fits(type.Size)))
        {
            throw new ArgumentException($"column '{Input}': expected {Given} scores ({_options.Layout}), got {type}");
        }

        return shape;

        static int? Known(int size) => size > 0 ? size : null;
    }

    private LogitMap Convert(VBuffer<float> scores, ColumnSizes shape)
    {
        if (scores.Length == 0)
        {
            throw new InvalidInputException($"column '{Input}'", "scores", "none");
        }

        (int classes, int height, int width) = shape.Complete(scores.Length) ?? throw new InvalidInputException(
            $"column '{Input}'", $"{shape} scores ({_options.Layout})", $"{scores.Length}");
        float[] values = new float[scores.Length];
        scores.CopyTo(values);
        if (_options.Layout == LogitLayout.ClassesLast)
        {
            values = ClassesFirst(values, classes);
        }

        return ScoreConversion.ToLogits(values, classes, height, width, _options.ScoreKind, $"column '{Input}'");
    }

    private static float[] ClassesFirst(float[] values, int classes)
    {
        float[] planes = new float[values.Length];
        int plane = values.Length / classes;
        for (int i = 0, from = 0; i < plane; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                planes[(c * plane) + i] = values[from++];
            }
        }

        return planes;
    }
}
