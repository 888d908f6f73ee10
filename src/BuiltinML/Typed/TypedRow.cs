namespace Microsoft.ML.Data;

/// <summary>Fills objects from the current row of a cursor.</summary>
internal sealed class TypedRow<TRow>(Action<TRow>[] setters)
{
    public void Fill(TRow target)
    {
        foreach (var setter in setters)
        {
            setter(target);
        }
    }
}
