using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Makes, filters, splits and reads data views.</summary>
public sealed class DataOperationsCatalog
{
    private readonly IHostEnvironment environment;

    internal DataOperationsCatalog(IHostEnvironment environment)
    {
        this.environment = environment;
    }

    /// <summary>A view over objects; they are read anew by each cursor.</summary>
    /// <typeparam name="TRow">Class of a row.</typeparam>
    /// <param name="data">The objects.</param>
    /// <param name="schemaDefinition">Columns of the class, or null to infer them.</param>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
        => new EnumerableDataView<TRow>(data ?? throw new ArgumentNullException(nameof(data)), schemaDefinition);

    /// <summary>A view over objects; they are read anew by each cursor.</summary>
    /// <typeparam name="TRow">Class of a row.</typeparam>
    /// <param name="data">The objects.</param>
    /// <param name="schema">Types and annotations of the columns; each must be a member.</param>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
        => LoadFromEnumerable(data, SchemaDefinition.For(typeof(TRow), schema));

    /// <summary>Reads a view into objects, one at a time.</summary>
    /// <typeparam name="TRow">Class of a row.</typeparam>
    /// <param name="data">The view.</param>
    /// <param name="reuseRowObject">Whether to hand out the same object again and again.</param>
    /// <param name="ignoreMissingColumns">Whether members may have no column.</param>
    /// <param name="schemaDefinition">Columns of the class, or null to infer them.</param>
    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return Read(data, new TypedBinding<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    /// <summary>The same rows, kept in memory when they are first read. Columns that own something, as images do, are left out.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columnsToPrefetch">Not needed here: all columns are read together.</param>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
        => CachedDataView.Create(input ?? throw new ArgumentNullException(nameof(input)));

    /// <summary>The rows whose number lies in a range.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columnName">A numeric scalar column.</param>
    /// <param name="lowerBound">Least number.</param>
    /// <param name="upperBound">Numbers lie below it.</param>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
        {
            throw new ArgumentOutOfRangeException(nameof(columnName), $"Schema mismatch for column '{columnName}': expected a number, got {column.Type}");
        }

        return new FilteredDataView(input, [column], cursor =>
        {
            var read = cursor.GetBoxed(column);
            return () => Convert.ToDouble(read(), System.Globalization.CultureInfo.InvariantCulture) is var value
                && value >= lowerBound && (value < upperBound || (double.IsPositiveInfinity(upperBound) && !double.IsNaN(value)));
        });
    }

    /// <summary>The rows after the first ones.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="count">How many to skip.</param>
    public IDataView SkipRows(IDataView input, long count) => new RangeDataView(input, count, long.MaxValue);

    /// <summary>The first rows.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="count">How many.</param>
    public IDataView TakeRows(IDataView input, long count) => new RangeDataView(input, 0, count);

    /// <summary>The rows in random order. Columns that own something, as images do, are left out.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="seed">Makes the order repeat itself.</param>
    /// <param name="shufflePoolSize">Not needed here: all rows are shuffled.</param>
    /// <param name="shuffleSource">Not needed here.</param>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(shufflePoolSize, 1);
        return new ShuffledDataView(CachedDataView.Create(input), seed ?? NextSeed());
    }

    /// <summary>Splits the rows in two at random.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="testFraction">Share of the test rows, above 0 and below 1.</param>
    /// <param name="samplingKeyColumnName">Rows with the same value in it stay together; null for none.</param>
    /// <param name="seed">Makes the split repeat itself.</param>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "Must be between 0 and 1 exclusive.");
        }

        return RowSplit.Make(data, samplingKeyColumnName, seed ?? NextSeed(), 0, testFraction);
    }

    /// <summary>Splits the rows into folds; each is the test set once.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="numberOfFolds">At least 2.</param>
    /// <param name="samplingKeyColumnName">Rows with the same value in it stay together; null for none.</param>
    /// <param name="seed">Makes the split repeat itself.</param>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        var used = seed ?? NextSeed();
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold =>
            RowSplit.Make(data, samplingKeyColumnName, used, fold / (double)numberOfFolds, (fold + 1) / (double)numberOfFolds))];
    }

    private static IEnumerable<TRow> Read<TRow>(IDataView data, TypedBinding<TRow> binding, bool reuse)
        where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(binding.Columns);
        var reader = binding.Over(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            row = reuse && row is not null ? row : new TRow();
            reader.Fill(row);
            yield return row;
        }
    }

    private int NextSeed() => environment is MLContext context ? context.NextSeed() : 0;

    /// <summary>Rows to train with and rows to test with.</summary>
    public readonly struct TrainTestData
    {
        /// <summary>Rows to train with.</summary>
        public readonly IDataView TrainSet;

        /// <summary>Rows to test with.</summary>
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
