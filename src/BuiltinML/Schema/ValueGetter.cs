namespace Microsoft.ML;

/// <summary>Delivers a column's value of the current row into the caller's variable, reusing what it holds.</summary>
/// <typeparam name="TValue">The column's raw type.</typeparam>
/// <param name="value">Previous content in, current value out.</param>
public delegate void ValueGetter<TValue>(ref TValue value);
