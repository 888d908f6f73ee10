using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>Decodes the photo that a text column names or that a column of bytes holds. See <see cref="PhotoReader"/>.</summary>
public sealed class PhotoLoadingTransformer : RowMappingTransformer
{
    internal const string Kind = "photo-loading";
    private readonly PhotoLoadingEstimator.Options _options;
    private readonly PhotoRemarks _remarks;

    internal PhotoLoadingTransformer(PhotoLoadingEstimator.Options options, MLContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _remarks = new PhotoRemarks(context);
    }

    internal override string PartKind => Kind;

    /// <summary>The column of paths or of bytes.</summary>
    internal string InputColumn => _options.Input;

    /// <summary>The image column.</summary>
    internal string OutputColumn => _options.OutputColumnName;

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        IDataView photos = base.Transform(input);
        return _options.Errors == PhotoErrors.Skip ? new ReadablePhotos(photos, OutputColumn, _remarks) : photos;
    }

    internal static PhotoLoadingTransformer ReadPart(PartReader part, MLContext context) => new(
        new PhotoLoadingEstimator.Options
        {
            OutputColumnName = part.Text("output"),
            InputColumnName = part.Text("input"),
            Folder = part.OptionalText("folder"),
            NameColumnName = part.OptionalText("name"),
            MaxPixels = long.Parse(part.Text("maxPixels"), NumberStyles.None, CultureInfo.InvariantCulture),

            // Files from before there was a choice.
            Errors = part.OptionalText("errors") is null ? PhotoErrors.Throw : part.Enum<PhotoErrors>("errors"),
            ErrorColumnName = part.OptionalText("errorColumn") ?? new PhotoLoadingEstimator.Options().ErrorColumnName,
        },
        context);

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = OutputColumn;
        part.Options["input"] = InputColumn;
        part.Options["folder"] = _options.Folder;
        part.Options["name"] = _options.NameColumnName;
        part.Options["maxPixels"] = _options.MaxPixels.ToString(CultureInfo.InvariantCulture);
        part.Options["errors"] = _options.Errors.ToString();
        part.Options["errorColumn"] = _options.ErrorColumnName;
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        if (!input.IsBytes(InputColumn))
        {
            input.Require<TextDataViewType>(InputColumn, "text (a path) or a vector of Byte (a photo file)");
        }

        string[] inputs = [InputColumn];
        if (_options.NameColumnName is string name)
        {
            input.Require<TextDataViewType>(name, "text (a photo's name)");
            inputs = [InputColumn, name];
        }

        MappedColumn image = new(OutputColumn, ColumnTypes.Image, inputs);
        return _options.Errors == PhotoErrors.Flag ? [image, new MappedColumn(_options.ErrorColumnName, TextDataViewType.Instance, inputs)] : [image];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<MLImage> read = scope.Column(InputColumn).Type is TextDataViewType ? FromPath(scope) : FromBytes(scope);
        if (_options.Errors != PhotoErrors.Flag)
        {
            return [scope.ImageGetter(read)];
        }

        FlaggedPhoto photo = new(scope.Input, read);
        ValueGetter<ReadOnlyMemory<char>> error = (ref ReadOnlyMemory<char> value) =>
        {
            scope.ThrowIfDisposed();
            value = photo.Error.AsMemory();
        };
        return [scope.ImageGetter(photo.Take), error];
    }

    private Func<MLImage> FromPath(RowScope scope)
    {
        Func<ReadOnlyMemory<char>> path = scope.Reader<ReadOnlyMemory<char>>(InputColumn);
        return () => path() is { Length: > 0 } text
            ? PhotoReader.Read(string.IsNullOrEmpty(_options.Folder) ? text.ToString() : Path.Combine(_options.Folder, text.ToString()), _options.MaxPixels, _remarks.Tell)
            : throw new InvalidInputException($"column '{InputColumn}', row {scope.Input.Position}", "a path", "none");
    }

    private Func<MLImage> FromBytes(RowScope scope)
    {
        Func<VBuffer<byte>> bytes = scope.Reader<VBuffer<byte>>(InputColumn);
        Func<ReadOnlyMemory<char>>? name = _options.NameColumnName is string column ? scope.Reader<ReadOnlyMemory<char>>(column) : null;
        return () =>
        {
            VBuffer<byte> file = bytes();
            byte[] values = new byte[file.Length];
            file.CopyTo(values);
            return PhotoReader.Decode(values, name?.Invoke() is { Length: > 0 } text ? text.ToString() : $"column '{InputColumn}', row {scope.Input.Position}", _options.MaxPixels, _remarks.Tell);
        };
    }
}
