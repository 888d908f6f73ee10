namespace Microsoft.ML.Data;

/// <summary>The getters of a mapped row: each made once for a row or cursor, whoever asks.</summary>
internal sealed class MappedGetters : IDisposable
{
    private readonly RowMapping mapping;
    private readonly DataViewRow input;
    private readonly bool[] active;
    private readonly Delegate[] getters;
    private readonly List<Action> disposers = [];

    public MappedGetters(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        this.mapping = mapping;
        this.input = input;
        active = new bool[mapping.OutputSchema.Count];
        getters = new Delegate[active.Length];
        foreach (var column in activeColumns)
        {
            active[column.Index] = true;
        }

        for (var i = 0; i < active.Length; i++)
        {
            if (active[i] && mapping.PassedThrough(i) < 0)
            {
                getters[i] = mapping.MakeGetter(input, i, out var disposer);
                if (disposer is not null)
                {
                    disposers.Add(disposer);
                }
            }
        }
    }

    public DataViewSchema Schema => mapping.OutputSchema;

    public bool IsActive(DataViewSchema.Column column) => active[column.Index];

    public ValueGetter<TValue> Get<TValue>(DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
        {
            throw RowGetters.Inactive(column);
        }

        return mapping.PassedThrough(column.Index) is >= 0 and var passed
            ? input.GetGetter<TValue>(mapping.InputSchema[passed])
            : getters[column.Index].As<TValue>(column);
    }

    public void Dispose()
    {
        foreach (var disposer in disposers)
        {
            disposer();
        }

        disposers.Clear();
    }
}
