using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Reads a <see cref="LabelMap"/> from the index PNG that a text column names.</summary>
public sealed class LabelMapLoadingTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-loading";
    private readonly LabelMapLoadingOptions _options;

    internal LabelMapLoadingTransformer(LabelMapLoadingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        if (options.Classes is < 2 or > 255)
        {
            throw new ArgumentException($"Classes: expected 2 to 255, got {options.Classes}");
        }

        if (options is { Classes: int classes, ClassList: ClassList list } && classes != list.Count)
        {
            throw new ArgumentException($"ClassList: expected {classes} classes as Classes says, got {list.Count}");
        }

        _options = options;
    }

    internal override string PartKind => Kind;

    internal string PathColumn => _options.PathColumnName ?? _options.OutputColumnName;

    internal static LabelMapLoadingTransformer ReadPart(PartReader part) => new(new LabelMapLoadingOptions
    {
        OutputColumnName = part.Text("output"),
        PathColumnName = part.Text("path"),
        Folder = part.OptionalText("folder"),
        Classes = part.OptionalInteger("classes"),
        ClassList = part.Classes,
        IgnoreIndex = checked((byte)part.Integer("ignoreIndex")),
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["path"] = PathColumn;
        part.Options["folder"] = _options.Folder;
        part.Options["classes"] = _options.Classes;
        part.Options["ignoreIndex"] = (int)_options.IgnoreIndex;
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
        return [scope.Getter(new Memo<LabelMap>(scope.Input, () => Read(path().ToString())))];
    }

    private LabelMap Read(string path)
    {
        if (path.Length == 0)
        {
            throw new InvalidInputException($"column '{PathColumn}'", "a path", "none");
        }

        string file = string.IsNullOrEmpty(_options.Folder) ? path : Path.Combine(_options.Folder, path);
        LabelMap map = IndexPng.Read(file);
        if ((_options.Classes ?? _options.ClassList?.Count) is int classes)
        {
            LabelChecks.ThrowUnlessClasses(map, classes, _options.IgnoreIndex, file);
        }

        return map;
    }
}
