using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Reads a <see cref="LabelMap"/> from the index PNG that a text column names.</summary>
public sealed class LabelMapLoadingTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-loading";
    private readonly LabelMapLoadingEstimator.Options _options;
    private readonly LabelReading _reading;

    internal LabelMapLoadingTransformer(LabelMapLoadingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ClassColors.ThrowUnlessEqual(options.ClassList, options.Classes);
        _options = options;
        _reading = new LabelReading
        {
            ClassList = options.ClassList,
            Classes = options.Classes,
            Mapping = options.Mapping,
            IgnoreIndex = options.IgnoreIndex,
        };
    }

    internal override string PartKind => Kind;

    internal string PathColumn => _options.PathColumnName ?? _options.OutputColumnName;

    internal static LabelMapLoadingTransformer ReadPart(PartReader part) => new(new LabelMapLoadingEstimator.Options
    {
        OutputColumnName = part.Text("output"),
        PathColumnName = part.Text("path"),
        Folder = part.OptionalText("folder"),
        Classes = part.OptionalInteger("classes"),
        ClassList = part.Classes,
        Mapping = part.OptionalText("mapping") is string mapping ? LabelMapping.Parse(mapping) : null,
        IgnoreIndex = checked((byte)part.Integer("ignoreIndex")),
        AllowMissing = part.OptionalFlag("allowMissing") ?? false,
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["path"] = PathColumn;
        part.Options["folder"] = _options.Folder;
        part.Options["classes"] = _options.Classes;
        part.Options["mapping"] = _options.Mapping?.ToString();
        part.Options["ignoreIndex"] = (int)_options.IgnoreIndex;
        if (_options.AllowMissing)
        {
            part.Options["allowMissing"] = true;
        }

        part.SetClasses(_options.ClassList);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        input.Require<TextDataViewType>(PathColumn, "text");
        return [new MappedColumn(
            _options.OutputColumnName,
            ColumnTypes.LabelMap,
            [PathColumn],
            ClassAnnotations.ForLabels(_options.ClassList))];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<ReadOnlyMemory<char>> path = scope.Reader<ReadOnlyMemory<char>>(PathColumn);
        return [scope.Getter(new Memo<LabelMap>(scope.Input, () => Read(path().ToString())!))];
    }

    // Ends with the first file that shows another number. What a file lacks is told when its row is read.
    internal bool AreMasks(IDataView input)
    {
        LabelCounts counts = new();
        DataViewSchema.Column column = input.Schema[PathColumn];
        using DataViewRowCursor cursor = input.GetRowCursor([column]);
        ValueGetter<ReadOnlyMemory<char>> get = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> path = default;
        while (counts[0] + counts[byte.MaxValue] == counts.Pixels && cursor.MoveNext())
        {
            get(ref path);
            try
            {
                if (Read(path.ToString()) is LabelMap labels)
                {
                    counts.Add(labels);
                }
            }
            catch (InvalidInputException)
            {
                return false;
            }
        }

        return _reading.OfMasks(counts) != _reading;
    }

    private LabelMap? Read(string path)
    {
        if (path.Length == 0)
        {
            return _options.AllowMissing ? null : throw new InvalidInputException($"column '{PathColumn}'", "a path", "none");
        }

        string file = string.IsNullOrEmpty(_options.Folder) ? path : Path.Combine(_options.Folder, path);
        return _reading.Read(file);
    }
}
