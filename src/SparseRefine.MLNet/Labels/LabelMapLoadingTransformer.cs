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

        _options = options;
    }

    internal override string PartKind => Kind;

    private string PathColumn => _options.PathColumnName ?? _options.OutputColumnName;

    internal static LabelMapLoadingTransformer ReadPart(PartReader part) => new(new LabelMapLoadingOptions
    {
        OutputColumnName = part.Text("output"),
        PathColumnName = part.Text("path"),
        Folder = part.OptionalText("folder"),
        Classes = part.OptionalInteger("classes"),
        IgnoreIndex = checked((byte)part.Integer("ignoreIndex")),
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["path"] = PathColumn;
        part.Options["folder"] = _options.Folder;
        part.Options["classes"] = _options.Classes;
        part.Options["ignoreIndex"] = (int)_options.IgnoreIndex;
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        input.Require<TextDataViewType>(PathColumn, "text");
        return [new MappedColumn(_options.OutputColumnName, new LabelMapDataViewType(), [PathColumn])];
    }

    private protected override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<ReadOnlyMemory<char>> path = scope.Reader<ReadOnlyMemory<char>>(PathColumn);
        return [scope.Getter(new Memo<LabelMap>(scope.Input, () => Read(path().ToString())))];
    }

    private LabelMap Read(string path)
    {
        if (path.Length == 0)
        {
            throw new InvalidInputException($"column '{PathColumn}': expected a path, got none");
        }

        string file = string.IsNullOrEmpty(_options.Folder) ? path : Path.Combine(_options.Folder, path);
        LabelMap map = IndexPng.Read(file);
        if (_options.Classes is int classes)
        {
            LabelChecks.ThrowUnlessClasses(map, classes, _options.IgnoreIndex, file);
        }

        return map;
    }
}
